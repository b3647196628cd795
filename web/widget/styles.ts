import chat from '../chat/chat.css?inline'
import own from './widget.css?inline'

let made: CSSStyleSheet[] | undefined

/** One set for all widgets of a page. */
export function sheets(): CSSStyleSheet[] {
  made ??= [chat, own].map((text) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    return sheet
  })
  return made
}
