import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { Glyph } from './Glyph.js'

/** As the system has it, until somebody wants it otherwise. */
export function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  const label = isDark ? 'Light colours' : 'Dark colours'
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      <Glyph name={isDark ? 'sun' : 'moon'} />
    </ActionIcon>
  )
}
