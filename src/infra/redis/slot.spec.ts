import { slotOf } from './slot.js'

describe('the slot of a key', () => {
  it('is that of the specification', () => {
    expect(slotOf('123456789')).toBe(0x31c3)
    expect([slotOf('foo'), slotOf('bar'), slotOf('')]).toEqual([12182, 5061, 0])
  })

  it('is that of what stands between its first braces', () => {
    expect(slotOf('parley:{foo}:room')).toBe(slotOf('foo'))
    expect(slotOf('{foo}{bar}')).toBe(slotOf('foo'))
    expect(slotOf('a{foo}b}c')).toBe(slotOf('foo'))
    expect(slotOf('{}foo')).not.toBe(slotOf(''))
  })
})
