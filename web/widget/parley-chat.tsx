import { ParleyClient, type TokenProvider } from '@parley/client'
import { ParleyProvider } from '@parley/react'
import { createRoot, type Root } from 'react-dom/client'
import { Chat } from '../chat/index.js'
import { sheets } from './styles.js'
import { isOfSamePerson, missingToken, tokenOf } from './token.js'

/** Where this script came from is where the service is. */
const home = originOf(document.currentScript)

function originOf(script: HTMLOrSVGScriptElement | null): string {
  return script instanceof HTMLScriptElement && script.src ? new URL(script.src).origin : location.origin
}

/**
 * A room in any page.
 *
 *     <script src="https://chat.example.com/widget.js" async></script>
 *     <parley-chat room="ROOM_ID" token="JWT"></parley-chat>
 *
 * Attributes: `room`; `token`, a JWT that your backend minted for who looks at the page, or `token-url`, an address of
 * your own that answers one; `url`, where the service is, if it is not where the script came from; `scheme`, `light` or
 * `dark`, if it is not to be that of the page; `compact` for one line a message. Events, which bubble: `parley-connection` with the
 * connection's state, and `parley-unread` with how many of this room's messages are unread.
 */
export class ParleyChat extends HTMLElement {
  static readonly observedAttributes = ['room', 'token', 'token-url', 'url', 'compact']

  /** Asked for a JWT in the place of the attributes. To be set before the element stands in the page, if this script is there or not. */
  tokenProvider: TokenProvider | null = (this as Partial<ParleyChat>).tokenProvider ?? null

  private root: Root | null = null
  private client: ParleyClient | null = null

  connectedCallback(): void {
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    // Not a <style>: the page's Content-Security-Policy may forbid those.
    shadow.adoptedStyleSheets = sheets()
    this.root ??= createRoot(shadow)
    this.begin()
  }

  disconnectedCallback(): void {
    this.root?.unmount()
    this.root = null
    this.end()
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.root || before === now) return
    // Who was refused tries again with it, and who is online goes on; nobody goes on as whom they were before.
    if (name === 'token' && this.client && isOfSamePerson(before, now)) this.client.connect()
    else this.begin()
  }

  private begin(): void {
    this.end()
    const room = this.getAttribute('room') ?? ''
    const url = this.getAttribute('url') || home
    const fault = faultOf(room, url) ?? missingToken(this)
    if (fault) return this.root?.render(<Notice text={fault} />)
    this.client = new ParleyClient({ url, token: () => tokenOf(this) })
    this.tellOf(this.client, room)
    this.root?.render(
      <ParleyProvider client={this.client}>
        <Chat roomId={room} compact={this.hasAttribute('compact')} />
      </ParleyProvider>,
    )
  }

  private end(): void {
    this.client?.close()
    this.client = null
  }

  private tellOf({ connection, rooms }: ParleyClient, roomId: string): void {
    connection.subscribe(() => this.tell('parley-connection', connection.get()))
    let last = 0
    rooms.store.subscribe(() => {
      const unread = rooms.store.get().unread.get(roomId) ?? 0
      if (unread !== last) this.tell('parley-unread', (last = unread))
    })
  }

  private tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}

function faultOf(room: string, url: string): string | null {
  if (!room) return 'This chat has no room: say room="…".'
  return URL.canParse(url, location.href) ? null : 'This chat has no address: say url="https://…".'
}

const Notice = ({ text }: { text: string }) => (
  <p className="parley-widget-notice" role="alert">
    {text}
  </p>
)
