// A PostgreSQL that the machine has installed (Debian's place), for when Parley's own is not built.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

const ROOT = '/usr/lib/postgresql'

export async function startSystemPostgres(dataDir) {
  const bin = join(ROOT, newestVersion(), 'bin')
  const account = process.getuid() === 0 ? postgresAccount() : {}
  mkdirSync(dataDir)
  if (account.uid) chownSync(dataDir, account.uid, account.gid)
  const cluster = join(dataDir, 'cluster')
  const init = ['-D', cluster, '-U', 'postgres', '--locale=C', '--encoding=UTF8', '--auth=trust', '--no-sync']
  execFileSync(join(bin, 'initdb'), init, { ...account, cwd: dataDir, stdio: 'ignore' })

  const settings = ['listen_addresses=', `unix_socket_directories=${dataDir}`]
  const server = spawn(join(bin, 'postgres'), ['-D', cluster, ...settings.flatMap((one) => ['-c', one])], {
    ...account,
    cwd: dataDir,
    stdio: 'ignore',
    detached: true,
  })
  const url = `postgresql://postgres@localhost/postgres?host=${dataDir}`
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode) return
    const ended = once(server, 'exit')
    server.kill('SIGINT') // PostgreSQL's "fast" shutdown
    await ended
  }
  await answering(url, server).catch(async (error) => {
    await stop()
    throw error
  })
  return { kind: 'installed', url, pid: server.pid, stop }
}

function newestVersion() {
  try {
    return readdirSync(ROOT).sort((a, b) => b - a)[0]
  } catch {
    throw new Error(`Neither Parley's own PostgreSQL is built (npm run build) nor is one installed in ${ROOT}`)
  }
}

// PostgreSQL refuses to run as root.
function postgresAccount() {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })))
  return { uid, gid }
}

async function answering(url, server) {
  for (let tries = 0; tries < 200 && server.exitCode === null; tries++) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error(`PostgreSQL did not start with ${url}`)
}
