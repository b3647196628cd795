/** Two that talk. */
export const Brand = () => (
  <span className="demo-brand">
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path className="demo-brand-b" d="M14 11h11a5 5 0 0 1 5 5v5a5 5 0 0 1-3 4.6V30l-5.200-4H16a5 5 0 0 1-5-5z" />
      <path
        className="demo-brand-a"
        d="M7 2h12a5 5 0 0 1 5 5v7a5 5 0 0 1-5 5h-8l-6 4.5V18.6A5 5 0 0 1 2 14V7a5 5 0 0 1 5-5z"
      />
    </svg>
    Parley
  </span>
)
