/** `deploy/nginx.conf` under a real nginx on loopback. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../support/ports.js'
import { nginxConf } from './nginx-conf.js'

/** Where Debian, Homebrew and others put it; null where it is not installed. */
export const nginxProgram =
  [
    '/usr/sbin/nginx',
    '/usr/local/sbin/nginx',
    '/usr/bin/nginx',
    '/opt/homebrew/bin/nginx',
    '/usr/local/bin/nginx',
  ].find(existsSync) ?? null

const configFile = resolve(import.meta.dirname, '../../deploy/nginx.conf')

export interface Proxy {
  url: string
  httpsUrl: string
  /** Of its certificate, which it signed itself. */
  ca: string
  /** Everything that it logged until now. */
  logged(): Promise<string>
  stop(): Promise<void>
}

interface Manner {
  /** As the comments of the file say to turn it on. */
  tls?: boolean
  /** Not ended by the terminal's Ctrl-C together with who started it. */
  detached?: boolean
}

/** A proxy before the service, of which each of these is a node. */
export async function startProxy(nodeUrls: string | string[], manner: Manner = {}): Promise<Proxy> {
  const { tls = false, detached = false } = manner
  const folder = await mkdtemp(join(tmpdir(), 'parley-nginx-'))
  // Started by root, its workers are `nobody`, who needs to reach its temporary files.
  await chmod(folder, 0o755)
  const [port, httpsPort] = [await freePort(), await freePort()]
  if (tls) makeCertificate(folder)
  const nodes = [nodeUrls].flat().map((url) => new URL(url).host)
  const config = nginxConf(await readFile(configFile, 'utf8'), { folder, nodes, port, httpsPort, tls })
  const file = join(folder, 'nginx.conf')
  await writeFile(file, config)
  const logged = () => readFile(join(folder, 'log'), 'utf8')
  const complaints = await open(join(folder, 'log'), 'a')
  const nginx = spawn(nginxProgram!, ['-p', folder, '-c', file, '-g', 'daemon off;'], {
    stdio: ['ignore', 'ignore', complaints.fd],
    detached,
  })
  await complaints.close()
  await untilListening(nginx, port, logged)
  const stop = async (): Promise<void> => {
    nginx.kill('SIGTERM')
    if (nginx.exitCode === null) await new Promise((resolve) => nginx.once('exit', resolve))
    await rm(folder, { recursive: true, force: true })
  }
  const ca = tls ? await readFile(join(folder, 'fullchain.pem'), 'utf8') : ''
  return { url: `http://127.0.0.1:${port}`, httpsUrl: `https://localhost:${httpsPort}`, ca, logged, stop }
}

function makeCertificate(folder: string): void {
  const [key, certificate] = [join(folder, 'privkey.pem'), join(folder, 'fullchain.pem')]
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const about = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', [...request, ...about, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
}

async function untilListening(nginx: ChildProcess, port: number, logged: () => Promise<string>): Promise<void> {
  for (let tries = 0; tries < 200 && nginx.exitCode === null; tries++) {
    const answered = await fetch(`http://127.0.0.1:${port}/health/live`, { redirect: 'manual' }).catch(() => null)
    if (answered) return
    await sleep(25)
  }
  nginx.kill('SIGTERM')
  throw new Error(`nginx does not start: ${await logged().catch(() => 'nothing logged')}`)
}
