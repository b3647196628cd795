import { createRoot } from 'react-dom/client'

/** `<parley-chat room="…" token="…">`: a room in any page. */
class ParleyChat extends HTMLElement {
  connectedCallback(): void {
    const root = this.attachShadow({ mode: 'open' })
    createRoot(root).render(<p>…</p>)
  }
}

customElements.define('parley-chat', ParleyChat)
