import { main, type World } from '#cli/main.ts'

/** Runs the process's own line and sets its exit code. */
export async function runProcess(): Promise<void> {
  // `tongwen models | head` closes the pipe: that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  process.exitCode = await main(process.argv.slice(2), processWorld())
}

function processWorld(): World {
  const isTTY = process.stdout.isTTY
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    isTTY,
    columns: isTTY ? Math.max(60, process.stdout.columns) : 80,
    now: Date.now,
    stopped,
    onHangUp: (call) => void process.on('SIGHUP', call),
  }
}

/** After the first signal the defaults hold again: a second one ends the process at once. */
function stopped(): Promise<string> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      for (const each of SIGNALS) process.off(each, stop)
      resolve(signal)
    }
    for (const each of SIGNALS) process.on(each, stop)
  })
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
