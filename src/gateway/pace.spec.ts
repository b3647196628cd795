import { Pace } from './pace.js'

function makePace() {
  const told: string[] = []
  const pace = new Pace<string>((what) => told.push(what))
  return { pace, told }
}

describe('the pace', () => {
  it('tells the first at once, and the last when a second is over', () => {
    const { pace, told } = makePace()
    for (const [what, atMs] of [
      ['a1', 0],
      ['a2', 10],
      ['a3', 900],
    ] as const)
      pace.happened('a', what, atMs)
    pace.look(999)
    expect(told).toEqual(['a1'])
    pace.look(1000)
    expect(told).toEqual(['a1', 'a3'])
    pace.happened('a', 'a4', 1500)
    pace.look(1999)
    expect(told).toEqual(['a1', 'a3'])
    pace.look(2000)
    expect(told).toEqual(['a1', 'a3', 'a4'])
  })

  it('what has rested is told at once again', () => {
    const { pace, told } = makePace()
    pace.happened('a', 'a1', 0)
    pace.look(1000)
    pace.happened('a', 'a2', 1001)
    expect(told).toEqual(['a1', 'a2'])
  })

  it('keeps one from another', () => {
    const { pace, told } = makePace()
    pace.happened('a', 'a1', 0)
    pace.happened('b', 'b1', 500)
    pace.happened('a', 'a2', 600)
    pace.happened('b', 'b2', 600)
    pace.look(1000)
    expect(told).toEqual(['a1', 'b1', 'a2'])
    pace.look(1500)
    expect(told).toEqual(['a1', 'b1', 'a2', 'b2'])
  })
})
