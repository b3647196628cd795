/** What people see of a room, for the demo, the console and the widget. Its styles are `chat.css`. */
export { Avatar } from './Avatar.js'
export { Chat, type ChatProps } from './Chat.js'
export { ConnectionBar } from './ConnectionBar.js'
export { nameOf } from './context.js'
