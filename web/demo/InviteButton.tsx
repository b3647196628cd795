import { Button } from '@mantine/core'
import { useState } from 'react'
import { Glyph } from './Glyph.js'
import { hashOf, type Place } from './place.js'

/** Copies the address of a room: whoever opens it is in. */
export function InviteButton({ view, id }: { view: Place['view']; id: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    const link = location.origin + location.pathname + hashOf(view, id)
    await navigator.clipboard.writeText(link).then(
      () => setCopied(true),
      // Without the right to copy it is at least shown.
      () => window.prompt('Whoever opens this link is in:', link),
    )
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <Button
      variant="default"
      size="sm"
      className="demo-invite"
      aria-label={isCopied ? 'Link copied' : 'Copy a link to invite others'}
      leftSection={<Glyph name={isCopied ? 'check' : 'link'} />}
      onClick={() => void copy()}
    >
      {isCopied ? 'Copied' : 'Invite'}
    </Button>
  )
}
