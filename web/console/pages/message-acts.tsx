/** What a moderator does about a message: each asks first, and says what went wrong. */
import { Modal, Stack, Text } from '@mantine/core'
import { usePages } from '../load.js'
import { Confirm } from '../parts/confirm.js'
import { dateTime, senderOf } from '../parts/format.js'
import { Empty, Paged } from '../parts/states.js'
import { useApi } from '../session.js'
import type { Message, MessageEdit } from '../types.js'

export interface Act {
  kind: 'delete' | 'pin' | 'edits' | 'remove' | 'lock'
  message: Message
}

interface Props {
  act: Act
  onClose: () => void
  onDone: () => Promise<void>
}

export function MessageActs({ act: { kind, message }, onClose, onDone }: Props) {
  const api = useApi()
  const path = `/room/${message.room_id}`
  const name = senderOf(message)
  const confirm = { does: 'Delete', onClose }
  const then = (what: Promise<unknown>): Promise<void> => what.then(onDone)
  if (kind === 'edits') return <Edits path={`${path}/message/${message.message_id}/edits`} onClose={onClose} />
  if (kind === 'delete') {
    const remove = () => then(api.delete(`${path}/message/${message.message_id}`))
    return (
      <Confirm {...confirm} title="Delete this message?" action={remove}>
        <Quote message={message} />
        It goes for everybody at once, with its earlier versions. Its place stays.
      </Confirm>
    )
  }
  if (kind === 'remove') {
    const remove = () => then(api.delete(`${path}/member/${message.sender?.user_id}`))
    return (
      <Confirm {...confirm} does="Remove" title={`Remove ${name} from the room?`} action={remove}>
        They cannot come back until somebody adds them again. Their messages stay.
      </Confirm>
    )
  }
  const lock = () => then(api.patch(`/user/${message.sender?.user_id}`, { status: 'not_active' }))
  return (
    <Confirm {...confirm} does="Lock" title={`Lock ${name} everywhere?`} action={lock}>
      All their sockets and tokens end within a second. You can unlock them on their page.
    </Confirm>
  )
}

const Quote = ({ message: { text_message, sender } }: { message: Message }) => (
  <blockquote className="quote">
    <b>{sender?.name ?? 'System'}</b> {text_message}
  </blockquote>
)

function Edits({ path, onClose }: { path: string; onClose: () => void }) {
  const edits = usePages<MessageEdit>(path)
  return (
    <Modal opened onClose={onClose} title="What it said before" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Paged of={edits} empty={<Empty title="Nothing else" />}>
        {(items) => (
          <Stack gap="sm">
            {items.map(({ rev, text_message, written_at }) => (
              <div key={rev}>
                <Text size="xs" c="dimmed">
                  {dateTime(written_at)}
                </Text>
                <Text size="sm" className="text">
                  {text_message}
                </Text>
              </div>
            ))}
          </Stack>
        )}
      </Paged>
    </Modal>
  )
}
