import '@mantine/core/styles/Checkbox.css'
import '@mantine/core/styles/InlineInput.css'
import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import type { Template } from './documented.js'
import { aboutOf } from './frames.js'
import { otherFrame, rawText, useOwnFrame, type OwnFrameProps } from './use-own-frame.js'

/** One's own frame: a documented one filled in, another one, or a text that is none. */
export function Composer(props: OwnFrameProps) {
  const own = useOwnFrame(props)
  const { wire, transport } = props.dialect
  const isSocketIo = transport === 'Socket.IO'
  const documented = aboutOf(wire).takes.map(({ name }) => name)
  return (
    <form
      className="wires-card"
      aria-label="Send a frame"
      onSubmit={(event) => {
        event.preventDefault()
        own.send()
      }}
    >
      <h2>Send a frame</h2>
      <NativeSelect
        label="Frame"
        value={own.choice}
        onChange={({ currentTarget: { value } }) => own.choose(value)}
        data={[...documented, otherFrame, ...(isSocketIo ? [] : [rawText])]}
        inputWrapperOrder={['label', 'input', 'description']}
        description={own.template && descriptionOf(own.template)}
      />
      {own.choice === otherFrame && (
        <TextInput
          label="Name"
          value={own.name}
          onChange={({ currentTarget: { value } }) => own.setName(value)}
          required
        />
      )}
      <Textarea
        label={own.choice === rawText ? 'Text' : 'Body, as JSON'}
        classNames={{ input: 'wires-code' }}
        rows={7}
        spellCheck={false}
        value={own.body}
        onChange={({ currentTarget: { value } }) => own.setEdited(value)}
        error={own.trouble}
      />
      {isSocketIo && (
        <Checkbox
          label="Ask for an acknowledgement"
          checked={own.isAnswered}
          onChange={({ currentTarget: { checked } }) => own.setIsAnswered(checked)}
        />
      )}
      <div className="wires-buttons">
        <Button type="submit">Send</Button>
        <Button variant="default" onClick={() => own.choose(own.choice)}>
          Fill in again
        </Button>
      </div>
      <output className="wires-outcome" aria-label="What became of it">
        {own.outcome}
      </output>
    </form>
  )
}

const descriptionOf = ({ summary, optional }: Template): string =>
  `${summary}.${optional.length ? ` It may also say ${optional.join(', ')}.` : ''}`
