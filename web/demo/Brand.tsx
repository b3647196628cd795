/** Two that talk. */
export const Brand = () => (
  <span className="demo-brand">
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path
        className="demo-brand-a"
        d="M4 9a5 5 0 0 1 5-5h9a5 5 0 0 1 5 5v5a5 5 0 0 1-5 5h-6l-5 4v-4.4A5 5 0 0 1 4 14z"
      />
      <path
        className="demo-brand-b"
        d="M26 12a4.5 4.5 0 0 1 3 4.3v5a4.5 4.5 0 0 1-3 4.2V29l-4.5-3.2H16a4.5 4.5 0 0 1-4-2.5h6.5A7.5 7.5 0 0 0 26 15.8z"
      />
    </svg>
    Parley
  </span>
)
