import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import type { Filter } from './frame-log.js'

interface Props {
  filter: Filter
  onChange: (filter: Filter) => void
}

const directions = [
  { value: 'all', label: 'Both ways' },
  { value: 'sent', label: 'Sent' },
  { value: 'heard', label: 'Heard' },
]

/** Which of the frames are shown. */
export function FrameFilter({ filter, onChange }: Props) {
  const change = (part: Partial<Filter>): void => onChange({ ...filter, ...part })
  return (
    <div className="wires-filter">
      <TextInput
        aria-label="Filter by text"
        placeholder="Filter"
        size="xs"
        value={filter.text}
        onChange={({ currentTarget: { value } }) => change({ text: value })}
      />
      <NativeSelect
        aria-label="Direction"
        size="xs"
        value={filter.direction}
        onChange={({ currentTarget: { value } }) => change({ direction: value as Filter['direction'] })}
        data={directions}
      />
      <Checkbox
        size="xs"
        label="Heartbeats"
        checked={filter.beats}
        onChange={({ currentTarget: { checked } }) => change({ beats: checked })}
      />
    </div>
  )
}
