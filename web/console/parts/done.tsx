import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** Says that it was done, to who sees and to who listens. */
export const Done = ({ is, children }: { is: boolean; children: ReactNode }) => (
  <Text component="output" size="sm" className="done">
    {is ? children : ''}
  </Text>
)
