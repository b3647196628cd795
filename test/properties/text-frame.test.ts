/** Our frames, as `ws` itself reads them. */
import { createRequire } from 'node:module'
import type { Writable } from 'node:stream'
import fc from 'fast-check'
import { textFrame } from '../../src/gateway/text-frame.js'
import { anyText } from './arbitraries.js'

const ofSocketIo = createRequire(createRequire(import.meta.filename).resolve('socket.io'))
const { Receiver } = createRequire(ofSocketIo.resolve('engine.io'))('ws') as {
  Receiver: new (options: object) => Writable
}

/** What a client hears that is sent these bytes, in such pieces. */
function heard(pieces: Buffer[], count: number): Promise<string[]> {
  const receiver = new Receiver({
    isServer: false,
    allowSynchronousEvents: true,
    maxPayload: 0,
    skipUTF8Validation: false,
  })
  const messages: string[] = []
  return new Promise((resolve, reject) => {
    receiver.on('error', reject)
    receiver.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) reject(new Error('binary'))
      if (messages.push(data.toString()) === count) resolve(messages)
    })
    for (const piece of pieces) receiver.write(piece)
  })
}

describe('textFrame', () => {
  const edges = [0, 1, 124, 125, 126, 127, 128, 255, 256, 32_767, 65_534, 65_535, 65_536, 65_537, 131_072, 200_000]

  it.each(edges)('frames %i bytes as ws reads them', async (bytes) => {
    const texts = ['a', 'é', '€', '👍'].map((one) => {
      const size = Buffer.byteLength(one)
      return one.repeat(Math.floor(bytes / size)) + 'x'.repeat(bytes % size)
    })
    for (const text of texts) expect(Buffer.byteLength(text)).toBe(bytes)
    const read = await heard(texts.map(textFrame), texts.length)
    expect(read.map((text, index) => text === texts[index])).toEqual([true, true, true, true])
  })

  it('frames any text of any length', async () => {
    const text = fc.oneof(
      anyText(300),
      fc.tuple(anyText(20), fc.integer({ min: 1, max: 4000 })).map(([part, times]) => part.repeat(times)),
    )
    await fc.assert(
      fc.asyncProperty(text, async (sent) => {
        // What is no character comes as the mark for it, as in every UTF-8.
        expect((await heard([textFrame(sent)], 1))[0] === sent.toWellFormed()).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('frames one after another, however the bytes are cut', async () => {
    const property = fc.asyncProperty(
      fc.array(anyText(200), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 50 }),
      async (texts, size) => {
        const bytes = Buffer.concat(texts.map(textFrame))
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        )
        expect(await heard(pieces, texts.length)).toEqual(texts.map((text) => text.toWellFormed()))
      },
    )
    await fc.assert(property, { numRuns: 100 })
  })
})
