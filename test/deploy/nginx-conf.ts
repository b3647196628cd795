/** deploy/nginx.conf for an nginx on loopback: as it is, but for addresses, ports and places of files. */

export interface Place {
  /** Of its files: those that it makes, its certificate, and `log`. */
  folder: string
  /** Hosts with ports. */
  nodes: string[]
  port: number
  httpsPort: number
  tls?: boolean
}

/** Each replacement must find its line: a file that changed under whoever derives from it is to be noticed. */
function replace(text: string, pattern: RegExp, by: string | ((found: string) => string)): string {
  if (text.search(pattern) < 0) throw new Error(`deploy/nginx.conf has no ${pattern}`)
  return text.replace(pattern, by as string)
}

/** `nodes` are hosts with ports; with `tls`, as the comments of the file say to turn it on. */
export function nginxConf(config: string, { folder, nodes, port, httpsPort, tls = false }: Place): string {
  let derived = replace(config, / \/tmp\//g, ` ${folder}/`)
  if (tls) derived = replace(derived, /# tls: /g, '')
  // `http2 on`, and names that are resolved again and again, are younger than Debian's nginx.
  derived = replace(derived, /^.*http2 on;$/m, '')
  derived = replace(derived, /(?: *server parley-\d:3000 resolve .*\n)+/g, (lines) => serversLike(lines, nodes))
  derived = replace(derived, /worker_processes auto/, 'worker_processes 1')
  derived = replace(derived, /listen 8080/, `listen 127.0.0.1:${port}`)
  derived = replace(derived, /listen 8443/, `listen 127.0.0.1:${httpsPort}`)
  derived = replace(derived, /\/etc\/nginx\/certs\//g, `${folder}/`)
  return replace(derived, /\/dev\/(stdout|stderr)/g, `${folder}/log`)
}

/** In place of the servers of one `upstream`: its nodes, with what is said of the first one. */
function serversLike(lines: string, nodes: string[]): string {
  const [first = ''] = lines.split('\n')
  return nodes.map((node) => `${first.replace(/parley-\d:3000 resolve/, node)}\n`).join('')
}
