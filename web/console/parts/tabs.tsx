import { useEffect, useRef } from 'react'
import { href } from '../route.js'

/** Parts of a page, each with its own address. */
export function LinkTabs({
  label,
  base,
  tabs,
  current,
}: {
  label: string
  base: string[]
  tabs: { id: string; name: string }[]
  current: string
}) {
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    const tab = nav.current?.querySelector('[aria-current]') as HTMLElement | null
    if (nav.current && tab) nav.current.scrollLeft = tab.offsetLeft - 40
  }, [current])
  return (
    <nav aria-label={label} className="tabs" ref={nav}>
      {tabs.map(({ id, name }) => (
        <a key={id} href={href(...base, id)} aria-current={id === current ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  )
}
