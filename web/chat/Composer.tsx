import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import type { Message } from '@parley/client'
import { nameOf, useChat, type Task } from './context.js'
import { draftOf, keepDraft } from './drafts.js'
import { EmojiGrid } from './EmojiGrid.js'
import { Icon } from './Icon.js'
import { excerptOf } from './Quote.js'

/** The service takes no more. */
const mostLetters = 10_000

interface ComposerProps {
  roomId: string
  placeholder: string
  task: Task | null
  send: (text: string) => void
  /** Resolves when it is done; what is refused stays in the field. */
  edit: (text: string) => Promise<void>
  cancel: () => void
  /** The last message of one's own is to be edited. */
  editLast: () => void
  typing: () => void
}

export function Composer(props: ComposerProps) {
  const { roomId, task, placeholder, cancel } = props
  const [isPicking, setPicking] = useState(false)
  const [text, setText] = useText(roomId, task)
  const field = useGrowing(text)
  useEffect(() => {
    if (task) field.current!.focus()
  }, [task, field])

  const submit = async (): Promise<void> => {
    if (!text.trim()) return
    if (task?.kind === 'edit') return props.edit(text)
    props.send(text)
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // Whoever composes a letter ends that by Enter.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      void submit()
    } else if (event.key === 'Escape') cancel()
    else if (event.key === 'ArrowUp' && !text) {
      event.preventDefault()
      props.editLast()
    }
  }
  return (
    <form
      className="parley-composer"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
        field.current!.focus()
      }}
    >
      {task && <TaskBanner task={task} cancel={cancel} />}
      <div className="parley-row">
        <button
          type="button"
          className="parley-button"
          aria-label="Emoji"
          aria-expanded={isPicking}
          onClick={() => setPicking(!isPicking)}
        >
          <Icon name="smile" />
        </button>
        <textarea
          ref={field}
          rows={1}
          value={text}
          maxLength={mostLetters}
          placeholder={placeholder}
          aria-label={placeholder}
          enterKeyHint="send"
          onChange={({ target }) => {
            setText(target.value)
            if (target.value.trim() && task?.kind !== 'edit') props.typing()
          }}
          onKeyDown={onKeyDown}
        />
        <button type="submit" className="parley-button parley-send" aria-label="Send" disabled={!text.trim()}>
          <Icon name={task?.kind === 'edit' ? 'check' : 'send'} />
        </button>
      </div>
      {isPicking && (
        <EmojiGrid
          label="Write an emoji"
          onClose={() => (setPicking(false), field.current!.focus())}
          onPick={(emoji) => {
            setText(text + emoji)
            setPicking(false)
            field.current!.focus()
          }}
        />
      )}
    </form>
  )
}

/** The draft of the room, or the text that is edited: then the draft waits. */
function useText(roomId: string, task: Task | null): [string, (text: string) => void] {
  const edited = task?.kind === 'edit' ? task.message : null
  const { me } = useChat()
  const [draft, setDraft] = useState<string | null>(null)
  const [change, setChange] = useState<{ of: Message; text: string } | null>(null)
  if (edited) {
    const text = change?.of === edited ? change.text : (edited.text_message ?? '')
    return [text, (text) => setChange({ of: edited, text })]
  }
  return [
    draft ?? draftOf(me, roomId),
    (text) => {
      setDraft(text)
      keepDraft(me, roomId, text)
    },
  ]
}

/** As high as its text. */
function useGrowing(text: string): RefObject<HTMLTextAreaElement | null> {
  const field = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    const { style, scrollHeight } = collapsed(field.current!)
    style.height = `${scrollHeight}px`
  }, [text])
  return field
}

function collapsed(field: HTMLTextAreaElement): HTMLTextAreaElement {
  field.style.height = 'auto'
  return field
}

const TaskBanner = ({ task: { kind, message }, cancel }: { task: Task; cancel: () => void }) => (
  <div className="parley-task">
    <Icon name={kind} />
    <div>
      <b>{kind === 'edit' ? 'Edit your message' : `Reply to ${nameOf(message.sender)}`}</b>
      <span>{excerptOf(message)}</span>
    </div>
    <button type="button" className="parley-button" aria-label="Cancel" onClick={cancel}>
      <Icon name="close" />
    </button>
  </div>
)
