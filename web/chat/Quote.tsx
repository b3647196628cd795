import type { Message } from '@parley/client'
import { fileNameOf } from './addresses.js'
import { nameOf, useChat } from './context.js'
import { Icon } from './Icon.js'

/** What a message answers. Pressed, it is shown. */
export function Quote({ message }: { message: Message | undefined }) {
  const { jumpTo } = useChat()
  if (!message) return <span className="parley-quote">An earlier message</span>
  return (
    <button type="button" className="parley-quote" onClick={() => jumpTo(message.seq)}>
      <b>{nameOf(message.sender)}</b>
      <span>{excerptOf(message)}</span>
    </button>
  )
}

export const excerptOf = ({ text_message, deleted_at, file_url }: Message): string =>
  deleted_at ? 'This message was deleted' : text_message || (file_url ? 'A file' : '')

export function Attachment({ url }: { url: string }) {
  const name = fileNameOf(url)
  if (name === null) return null
  return (
    <a className="parley-file" href={url} target="_blank" rel="noopener noreferrer nofollow">
      <Icon name="clip" />
      {name}
    </a>
  )
}
