import { Glyph } from './Glyph.js'

const words = { opening: '', live: 'Live', ended: 'Ended' }

interface StageProps {
  state: keyof typeof words
  viewers: number | null
}

/** Where the picture would be. */
export const Stage = ({ state, viewers }: StageProps) => (
  <div className="demo-stage" data-state={state}>
    <svg viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <radialGradient id="demo-glow">
        <stop offset="0" stopColor="#ffd9a8" stopOpacity="0.7" />
        <stop offset="0.35" stopColor="#ffd9a8" stopOpacity="0.22" />
        <stop offset="1" stopColor="#ffd9a8" stopOpacity="0" />
      </radialGradient>
      <circle className="demo-glow" cx="230" cy="62" r="110" />
      <circle className="demo-sun" cx="230" cy="62" r="20" />
      <path className="demo-hill-a" d="M0 118c40-26 70-34 110-14s70 16 108-8 70-22 102-6v90H0z" />
      <path className="demo-hill-b" d="M0 142c50-22 84-16 124-4s86 10 118-6 58-12 78-6v54H0z" />
      <path className="demo-hill-c" d="M0 164c60-14 110-10 160-4s110 2 160-10v40H0z" />
    </svg>
    <div className="demo-signs">
      {words[state] && <span className="demo-live">{words[state]}</span>}
      {state === 'live' && viewers !== null && (
        <span className="demo-viewers">
          <Glyph name="eye" />
          {viewers}
          <span className="parley-hidden">{viewers === 1 ? ' viewer' : ' viewers'}</span>
        </span>
      )}
    </div>
    {state === 'ended' && <p className="demo-over">The stream has ended</p>}
  </div>
)
