import { ParleyChat } from './parley-chat.js'

// Whoever loads the script twice has it once.
if (!customElements.get('parley-chat')) customElements.define('parley-chat', ParleyChat)
