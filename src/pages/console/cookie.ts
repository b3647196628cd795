import type { ChatRequest } from '../../http/request.js'

/** By `__Host-` a browser takes it from nobody but this host, and by https alone. */
const nameFor = ({ protocol }: ChatRequest): string =>
  protocol === 'https' ? '__Host-parley_console' : 'parley_console'

/** What the browser sends by itself. A page of a host beside ours can add another one: then it is neither. */
export function cookieOf(request: ChatRequest): string | null {
  const name = nameFor(request)
  const pairs = request.headers.cookie?.split(';').map((pair) => pair.trim()) ?? []
  const found = new Set(pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1)))
  return found.size === 1 ? [...found][0]! : null
}

/** No script reads it, and no other site's page makes a browser send it. Without a value it is taken away. */
export function setCookie(request: ChatRequest, value = '', maxAgeS = 0): string {
  const secure = request.protocol === 'https' ? '; Secure' : ''
  return `${nameFor(request)}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`
}
