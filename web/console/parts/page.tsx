import './page.css'
import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'
import { href } from '../route.js'
import { Icon } from './icons.js'

interface PageProps {
  title: string
  /** Beside the title: what kind it is, how it stands. */
  badges?: ReactNode
  sentence?: ReactNode
  /** Where it belongs. */
  up?: { name: string; to: string[] }
  actions?: ReactNode
  children: ReactNode
}

/** A page, with its name where a screen reader and the tab's title find it. */
export function Page({ title, badges, sentence, up, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // Who came by a link hears where they are, and goes on from there by the keyboard.
  useEffect(() => {
    if (document.activeElement?.closest('nav, main')) heading.current?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    document.title = `${title} – Parley console`
  }, [title])
  return (
    <Stack gap="lg">
      <div>
        {up && (
          <Anchor href={href(...up.to)} size="sm" className="up">
            <Icon name="back" size={14} />
            {up.name}
          </Anchor>
        )}
        <Group justify="space-between" align="center" gap="sm">
          <Group gap="sm">
            <Title order={1} className="breakable" ref={heading} tabIndex={-1}>
              {title}
            </Title>
            {badges}
          </Group>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {sentence && (
          <Text c="dimmed" size="sm" mt={4} component="div">
            {sentence}
          </Text>
        )}
      </div>
      {children}
    </Stack>
  )
}

/** A part of a page with a heading of its own. */
export const Section = ({ title, sentence, actions, children }: Omit<PageProps, 'up' | 'badges'>) => (
  <Stack gap="sm" component="section">
    <Group justify="space-between" gap="sm">
      <div>
        <Title order={2}>{title}</Title>
        {sentence && (
          <Text c="dimmed" size="sm" component="div">
            {sentence}
          </Text>
        )}
      </div>
      {actions}
    </Group>
    {children}
  </Stack>
)
