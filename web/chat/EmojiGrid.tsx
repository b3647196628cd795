import { useEffect, useRef, useState } from 'react'

/** Those that are asked for: what people react with, then what they write with. */
const emoji = [
  ...['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👏'],
  ...['😀', '😄', '😅', '😊', '😉', '😍', '😎', '🤔'],
  ...['🙂', '🙃', '😴', '😭', '😡', '🤯', '🥳', '🤝'],
  ...['👋', '👀', '💪', '🔥', '✨', '💯', '✅', '🚀'],
]

interface EmojiGridProps {
  label: string
  onPick: (emoji: string) => void
  onClose: () => void
}

/** Opens on the side where there is room for it. Escape closes it. */
export function EmojiGrid({ label, onPick, onClose }: EmojiGridProps) {
  const grid = useRef<HTMLDivElement>(null)
  const [side, setSide] = useState<'above' | 'below'>('above')
  useEffect(() => {
    const log = grid.current!.closest('.parley-chat')!.getBoundingClientRect()
    if (grid.current!.getBoundingClientRect().top < log.top) setSide('below')
    grid.current!.querySelector('button')!.focus({ preventScroll: true })
  }, [])
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its buttons are; the keys lead from one to the next
    <div
      ref={grid}
      className="parley-emoji"
      role="group"
      aria-label={label}
      data-side={side}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation()
          onClose()
        }
        moveFocus(event.key, grid.current!)
      }}
    >
      {emoji.map((one) => (
        <button key={one} type="button" onClick={() => onPick(one)}>
          {one}
        </button>
      ))}
    </div>
  )
}

const steps: ReadonlyMap<string, number> = new Map([
  ['ArrowLeft', -1],
  ['ArrowRight', 1],
  ['ArrowUp', -8],
  ['ArrowDown', 8],
])

function moveFocus(key: string, grid: HTMLElement): void {
  const step = steps.get(key)
  if (!step) return
  const buttons = [...grid.querySelectorAll('button')]
  const at = buttons.indexOf((grid.getRootNode() as Document | ShadowRoot).activeElement as HTMLButtonElement)
  buttons[at + step]?.focus()
}
