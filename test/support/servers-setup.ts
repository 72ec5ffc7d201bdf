import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopServers } from '#store/testing/servers.ts'

/** Where tests that need a PostgreSQL or a Redis start one, once a run; nothing is started before somebody asks. */
export default function setup(): () => void {
  const root = mkdtempSync(join(tmpdir(), 'tongwen-servers-'))
  // PostgreSQL runs as another user there.
  chmodSync(root, 0o755)
  process.env['TONGWEN_TEST_SERVERS'] = root
  return () => stopServers(root)
}
