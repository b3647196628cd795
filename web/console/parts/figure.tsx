import { Card, Progress, Text } from '@mantine/core'
import type { ReactNode } from 'react'

interface FigureProps {
  name: string
  value: string
  note?: ReactNode
  /** Of what there may be: 1 is all. */
  part?: number
}

const colourOf = (part: number): string => {
  if (part >= 0.95) return 'red'
  return part >= 0.8 ? 'orange' : 'indigo'
}

/** One number, large. */
export const Figure = ({ name, value, note, part }: FigureProps) => (
  <Card padding="sm" className="figure">
    <Text size="xs" c="dimmed">
      {name}
    </Text>
    <Text className="figure-value">{value}</Text>
    {note && (
      <Text size="xs" c="dimmed">
        {note}
      </Text>
    )}
    {part !== undefined && (
      <Progress
        size="xs"
        mt="auto"
        value={Math.min(part, 1) * 100}
        color={colourOf(part)}
        aria-label={`${name}: ${Math.round(part * 100)} % of what there may be`}
      />
    )}
  </Card>
)
