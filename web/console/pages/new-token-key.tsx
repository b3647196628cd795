import { Checkbox, NativeSelect, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Problem } from '../api.js'
import { FormModal } from '../parts/form.js'
import { useApi } from '../session.js'

const kinds = [
  { value: 'jwks_url', label: 'JWKS address' },
  { value: 'public_key', label: 'Public key' },
  { value: 'secret', label: 'Secret' },
]

interface Draft {
  kind: string
  name: string
  material: string
  secret_encoding: string
  issuer: string
  audience: string
  trusts_roles: boolean
}

const empty: Draft = {
  kind: 'jwks_url',
  name: '',
  material: '',
  secret_encoding: 'utf8',
  issuer: '',
  audience: '',
  trusts_roles: false,
}

/** A JWK as JSON, or else PEM as it is. */
function publicKeyOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const fieldsOf = ({ kind, material, secret_encoding, name, issuer, audience, trusts_roles }: Draft): object => ({
  [kind]: kind === 'public_key' ? publicKeyOf(material) : material.trim(),
  ...(kind === 'secret' && { secret_encoding }),
  ...(name && { name }),
  ...(issuer && { issuer }),
  ...(audience && { audience }),
  trusts_roles,
})

export function NewTokenKey({ path, onClose, onMade }: { path: string; onClose: () => void; onMade: () => void }) {
  const api = useApi()
  const [draft, setDraft] = useState(empty)
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change })
  const register = async (): Promise<void> => {
    await api.post(path, fieldsOf(draft))
    onMade()
    onClose()
  }
  const text = (name: 'name' | 'issuer' | 'audience', problem: Problem | null) => ({
    value: draft[name],
    error: problem?.of(name),
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  })
  return (
    <FormModal title="Register a key" does="Register" action={register} onClose={onClose}>
      {({ problem }) => (
        <Stack>
          <Text size="sm" c="dimmed">
            Whoever signs with it speaks for any user of the tenant.
          </Text>
          <SegmentedControl
            aria-label="Kind of key"
            data={kinds}
            value={draft.kind}
            onChange={(kind) => set({ kind, material: '' })}
          />
          <Material draft={draft} set={set} wrong={problem?.of(draft.kind)} />
          <TextInput label="Name" description="For yourself, as login" {...text('name', problem)} />
          <TextInput
            label="Issuer"
            description="The iss of its tokens. Left empty, any is taken"
            {...text('issuer', problem)}
          />
          <TextInput
            label="Audience"
            description="One of the aud of its tokens. Say it if the login signs for others too"
            {...text('audience', problem)}
          />
          <Checkbox
            label="Trust its roles"
            description="admin and moderator in a token’s role count for as long as it lives"
            checked={draft.trusts_roles}
            onChange={(event) => set({ trusts_roles: event.currentTarget.checked })}
          />
        </Stack>
      )}
    </FormModal>
  )
}

interface MaterialProps {
  draft: Draft
  set: (change: Partial<Draft>) => void
  wrong: string | undefined
}

function Material({ draft, set, wrong }: MaterialProps) {
  const common = {
    required: true,
    value: draft.material,
    error: wrong,
    spellCheck: false,
    autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => set({ material: event.currentTarget.value }),
  }
  if (draft.kind === 'public_key') {
    return <Textarea label="Public key" description="As PEM, or as a JWK" rows={5} {...common} />
  }
  if (draft.kind === 'jwks_url') {
    return <TextInput label="JWKS address" description="By https, to be reached from here" type="url" {...common} />
  }
  return (
    <>
      <TextInput label="Shared secret" description="Of HS256, 32 bytes or more" type="password" {...common} />
      <NativeSelect
        label="Written as"
        data={['utf8', 'base64']}
        value={draft.secret_encoding}
        onChange={(event) => set({ secret_encoding: event.currentTarget.value })}
      />
    </>
  )
}
