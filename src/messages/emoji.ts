/** Which texts are one emoji. */
import { ChatError } from '../contract/errors.js'

/** Of no emoji there are more UTF-16 units. */
const maxLength = 64

/** All that Unicode recommends for interchange: with skin tones, families, flags and keycaps. */
const oneEmoji = new RegExp('^\\p{RGI_Emoji}$', 'v')

/** How a sign is to be shown, as text or in colours, which it says after it. */
const presentation = /[\ufe0e\ufe0f]/g

/** Shown as text unless it says otherwise; before a skin tone it need not. */
const shownAsText = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu

/** The emoji as it is stored: one and the same, whether it came with its signs of presentation or not; null if it is none. */
export function toEmoji(text: string): string | null {
  if (text.length > maxLength) return null
  const emoji = text.replace(presentation, '').replace(shownAsText, '$&\ufe0f')
  return oneEmoji.test(emoji) ? emoji : null
}

/** Throws `validation_failed`. */
export function readEmoji(text: string): string {
  const emoji = toEmoji(text)
  if (emoji !== null) return emoji
  const message = 'must be exactly one emoji'
  throw new ChatError('validation_failed', `emoji ${message}`, { errors: [{ field: 'emoji', message }] })
}
