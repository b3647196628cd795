import { useState } from 'react'

interface AvatarProps {
  /** Gives the colour, which is the same wherever this person is shown. */
  id: string
  name: string | null
  src?: string | null
  /** A dot that says so; left out, there is none. */
  online?: boolean | null
}

/** A picture, or initials. Decoration: the name stands beside it. */
export function Avatar({ id, name, src, online }: AvatarProps) {
  const [isBroken, setBroken] = useState(false)
  return (
    <span
      className="parley-avatar"
      style={{ '--parley-hue': hueOf(id) } as object}
      data-online={online ?? undefined}
      aria-hidden="true"
    >
      {initialsOf(name)}
      {src && !isBroken && <img src={src} alt="" loading="lazy" onError={() => setBroken(true)} />}
    </span>
  )
}

/** The first letters of the first and the last word. */
export function initialsOf(name: string | null): string {
  const words = (name ?? '').trim().split(/\s+/).filter(Boolean)
  const chosen = words.length > 1 ? [words[0]!, words.at(-1)!] : words
  return chosen.map((word) => [...word][0]!.toUpperCase()).join('') || '?'
}

/** Ids that are alike, as those of the same minute are, are far apart here (FNV-1a). */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5
  for (const letter of id) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193) >>> 0
  return (hash >>> 8) % 360
}
