import { createTheme, type CSSVariablesResolver } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'indigo',
  // Darker than Mantine's own: white on it is to be read by everybody.
  primaryShade: { light: 8, dark: 8 },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  defaultRadius: 'md',
  cursorType: 'pointer',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.45rem' }, h2: { fontSize: '1.1rem' }, h3: { fontSize: '.95rem' } },
  },
  components: {
    Badge: { defaultProps: { variant: 'light', tt: 'none', fw: 600 } },
    Table: { defaultProps: { verticalSpacing: 'xs', horizontalSpacing: 'sm', highlightOnHover: true } },
    Card: { defaultProps: { withBorder: true, padding: 'md' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45, blur: 2 } } },
  },
})

const tints = ['red', 'green', 'orange', 'gray', 'indigo', 'blue']

/** A text of its colour on its tint, as dark or as light as it takes to be read. */
const tinted = (colour: (name: string) => string): Record<string, string> =>
  Object.fromEntries(tints.map((name) => [`--mantine-color-${name}-light-color`, colour(name)]))

const darkened = (name: string): string => `color-mix(in srgb, var(--mantine-color-${name}-9) 72%, black)`
const lightened = (name: string): string => `var(--mantine-color-${name}-2)`

/** Where Mantine's own colours have less contrast than WCAG AA asks for. */
export const colours: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...tinted(darkened),
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-6)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-8)',
  },
  dark: {
    ...tinted(lightened),
    '--mantine-color-gray-light': 'var(--mantine-color-dark-5)',
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-2)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
  },
})
