import { Badge, Group } from '@mantine/core'
import { visible } from '../../visible.js'
import type { MyRoom } from '../types.js'

export const roomName = ({ name, type, room_id }: MyRoom): string =>
  visible(name) ?? (type === 'private' ? `Private ${room_id.slice(0, 8)}…` : `Without a name ${room_id.slice(0, 8)}…`)

export const RoomBadges = ({ room: { type, access, archived, slow_mode_s } }: { room: MyRoom }) => (
  <Group gap={4}>
    <Badge color={type === 'livestream' ? 'orange' : 'gray'}>{type}</Badge>
    {type === 'group' && access === 'invite' && <Badge color="indigo">invite</Badge>}
    {slow_mode_s > 0 && <Badge color="blue">slow: {slow_mode_s} s</Badge>}
    {archived && <Badge color="red">archived</Badge>}
  </Group>
)
