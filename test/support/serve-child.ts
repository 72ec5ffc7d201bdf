/** A gateway in a process of its own, to be killed: `serve-child.ts CONFIG DATA`; prints its URL. */
import { startGateway } from '#server/start.ts'

const [, , configFile = '', dataDir = ''] = process.argv
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const gateway = await startGateway({ configFile, dataDir, port: 0, env: {}, log: silent })
process.stdout.write(`${gateway.url}\n`)
process.on('SIGTERM', () => {
  void gateway.close().then(() => process.exit(0))
})
