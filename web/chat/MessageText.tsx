/** A text with its addresses as links. Nothing in it is taken for markup. */
export function MessageText({ text }: { text: string }) {
  // Every second part is what was split at, and stays at its place.
  return text.split(address).map((part, at) =>
    at % 2 ? (
      // oxlint-disable-next-line react/no-array-index-key
      <a key={at} href={part} target="_blank" rel="noopener noreferrer nofollow">
        {part}
      </a>
    ) : (
      part
    ),
  )
}

/** Without the full stop or the bracket behind it. */
const address = /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}])/

/** Up to three emoji and nothing else are shown large. */
export const isEmojiOnly = (text: string): boolean => few.test(text)

const few = /^\s*(?:\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*\s*){1,3}$/u
