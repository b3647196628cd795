import type { Typist } from '@parley/client'
import { nameOf } from './context.js'

/** Always as high, so that nothing moves when somebody begins. */
export function TypingLine({ typists }: { typists: readonly Typist[] }) {
  return (
    <div className="parley-typing">
      {typists.length > 0 && (
        <>
          <span className="parley-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span>{sentenceOf(typists)}</span>
        </>
      )}
    </div>
  )
}

export function sentenceOf(typists: readonly Typist[]): string {
  const [one, two] = typists.map(nameOf)
  if (typists.length === 1) return `${one} is typing…`
  if (typists.length === 2) return `${one} and ${two} are typing…`
  return 'Several people are typing…'
}
