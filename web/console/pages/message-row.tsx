import { Anchor, Badge, Button, Group, Menu, Text } from '@mantine/core'
import { moment, senderOf } from '../parts/format.js'
import { More } from '../parts/menu.js'
import { href } from '../route.js'
import type { Message } from '../types.js'
import type { Act } from './message-acts.js'

interface Props {
  message: Message
  isSought: boolean
  onAct: (act: Act) => void
}

export const MessageRow = ({ message, isSought, onAct }: Props) => (
  <article className="message" data-sought={isSought || undefined} data-seq={message.seq}>
    <div className="grow">
      <Group gap={8}>
        <Sender message={message} />
        <Text size="xs" c="dimmed">
          <time dateTime={message.created_at}>{moment(message.created_at)}</time> · no. {message.seq}
        </Text>
        {message.pinned && (
          <Badge size="sm" color="indigo">
            pinned
          </Badge>
        )}
        {message.edited_at && !message.deleted_at && (
          <Badge size="sm" color="gray">
            edited
          </Badge>
        )}
      </Group>
      <Said message={message} />
    </div>
    {!message.deleted_at && <Acts message={message} onAct={onAct} />}
  </article>
)

const Sender = ({ message }: { message: Message }) =>
  message.sender ? (
    <Anchor
      href={href('users', message.sender.user_id)}
      size="sm"
      fw={600}
      c="var(--mantine-color-text)"
      className="breakable"
    >
      {senderOf(message)}
    </Anchor>
  ) : (
    <Text size="sm" fw={600} c="dimmed">
      System
    </Text>
  )

function Said({ message: { deleted_at, text_message, file_url, reactions } }: { message: Message }) {
  if (deleted_at) {
    return (
      <Text size="sm" c="dimmed" fs="italic">
        Deleted at {moment(deleted_at)}
      </Text>
    )
  }
  return (
    <>
      <Text size="sm" className="text">
        {text_message}
      </Text>
      {file_url && (
        <Anchor href={file_url} size="sm" target="_blank" rel="noreferrer noopener" className="breakable">
          {file_url}
        </Anchor>
      )}
      {reactions.length > 0 && (
        <Text size="xs" c="dimmed">
          {reactions.map(({ emoji, count }) => `${emoji} ${count}`).join('  ')}
        </Text>
      )}
    </>
  )
}

function Acts({ message, onAct }: Omit<Props, 'isSought'>) {
  const name = senderOf(message)
  const about = `message ${message.seq} of ${name}`
  return (
    <Group gap={2} wrap="nowrap" className="acts">
      <Button
        size="compact-xs"
        variant="subtle"
        color="red"
        aria-label={`Delete ${about}`}
        onClick={() => onAct({ kind: 'delete', message })}
      >
        Delete
      </Button>
      <More label={`More about ${about}`}>
        <Menu.Item onClick={() => onAct({ kind: 'pin', message })}>{message.pinned ? 'Unpin' : 'Pin'}</Menu.Item>
        {message.edited_at && <Menu.Item onClick={() => onAct({ kind: 'edits', message })}>Earlier versions</Menu.Item>}
        {message.sender && (
          <>
            <Menu.Divider />
            <Menu.Item color="red" onClick={() => onAct({ kind: 'remove', message })}>
              Remove {name} from the room
            </Menu.Item>
            <Menu.Item color="red" onClick={() => onAct({ kind: 'lock', message })}>
              Lock {name}
            </Menu.Item>
          </>
        )}
      </More>
    </Group>
  )
}
