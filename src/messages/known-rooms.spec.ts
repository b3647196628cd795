import { KnownRooms } from './known-rooms.js'

const plain = { crowd: false, slow: false }
const crowd = { crowd: true, slow: false }
const slow = { crowd: false, slow: true }

describe('rooms that are not as most', () => {
  it('are known as they were seen last, each in its tenant', () => {
    const known = new KnownRooms(10)
    known.see('t', 'a', crowd)
    known.see('t', 'b', slow)
    known.see('t', 'b', { crowd: true, slow: true })
    expect(['a', 'b', 'c'].map((room) => known.kindOf('t', room))).toEqual([crowd, { crowd: true, slow: true }, plain])
    expect(known.kindOf('u', 'a')).toEqual(plain)
  })

  it('are forgotten when they are as most again', () => {
    const known = new KnownRooms(1)
    known.see('t', 'a', slow)
    known.see('t', 'a', plain)
    known.see('t', 'b', plain)
    expect(known.kindOf('t', 'a')).toEqual(plain)
    expect(known).toEqual(new KnownRooms(1))
  })

  it('are so many: of more, those that were not seen for longest are taken for others', () => {
    const known = new KnownRooms(2)
    for (const room of ['a', 'b', 'a', 'c']) known.see('t', room, crowd)
    expect(['a', 'b', 'c'].map((room) => known.kindOf('t', room).crowd)).toEqual([true, false, true])
  })
})
