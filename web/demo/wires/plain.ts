/** A plain WebSocket, as a browser opens one. */
import type { Connection, Listener } from './connection.js'
import type { Dialect, Place } from './dialects.js'
import { jsonOf, withoutTokens } from './packets.js'

export function openPlain(dialect: Dialect, place: Place, listener: Listener): Connection {
  const address = dialect.address(place)
  const origin = location.origin.replace(/^http/, 'ws')
  const hasCookie = place.credential === 'cookie'
  const [path] = address.split('?')
  listener.shown({
    direction: 'note',
    name: 'connecting',
    raw: `GET ${address.replace('$token', '…')}${hasCookie ? ' Cookie: access_token=…' : ''}`,
  })
  if (hasCookie) setCookie(path!, place.token)
  const socket = new WebSocket(`${origin}${address.replace('$token', () => encodeURIComponent(place.token))}`)

  socket.addEventListener('open', () => {
    if (hasCookie) setCookie(path!, null)
    listener.opened()
  })
  socket.addEventListener('message', ({ data }) => {
    const raw = String(data)
    const body = jsonOf(raw)
    const frame = body === undefined ? { name: 'text', body: raw } : dialect.read(body)
    listener.shown({ direction: 'heard', name: frame.name, raw, body })
    listener.heard(frame)
  })
  socket.addEventListener('close', ({ code, reason }) => {
    if (hasCookie) setCookie(path!, null)
    listener.shown({ direction: 'note', name: 'closed', raw: `close ${code} ${reason}`.trim() })
    listener.closed({ code, reason })
  })

  const sendText = (text: string): void => {
    const raw = withoutTokens(text)
    const body = jsonOf(raw)
    const { name = 'text' } = typeof body === 'object' && body !== null ? dialect.read(body) : {}
    listener.shown({ direction: 'sent', name, raw, body })
    socket.send(text)
  }
  return { send: (frame) => sendText(dialect.write(frame)), sendText, close: () => socket.close(1000) }
}

/** For this path alone, and only until the connection is made. null: away with it. */
function setCookie(path: string, token: string | null): void {
  // oxlint-disable-next-line unicorn/no-document-cookie -- the other way of setting one answers later
  document.cookie = `access_token=${token ?? ''}; path=${path}; SameSite=Strict${token === null ? '; Max-Age=0' : ''}`
}
