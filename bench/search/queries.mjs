/** What is looked for, and what PostgreSQL would look for without an index of words. */
export const queries = ({ large, small, author, half }) => [
  { title: 'a word of every second message', q: 'w1' },
  { title: 'a word of one in thirty', q: 'w30' },
  { title: 'a word of one in a thousand', q: 'w1000' },
  { title: 'a word of one in twenty thousand', q: 'w19000' },
  { title: 'a word that is nowhere', q: 'w99999' },
  { title: 'two common words', q: 'w1 w2' },
  { title: 'two words of one in thirty each', q: 'w30 w31' },
  { title: 'a phrase', q: '"w1 w2 w3"' },
  { title: 'a common word, without another', q: 'w3 -w1' },
  { title: 'a common word in the largest room', q: 'w1', room_id: large },
  { title: 'a common word in the smallest room', q: 'w1', room_id: small },
  { title: 'two common words in the smallest room', q: 'w1 w2', room_id: small },
  { title: 'a common word of one author', q: 'w3', user_id: author },
  { title: 'a common word, in the older half', q: 'w1', before: half },
  { title: 'Chinese, one message in a thousand', q: '北京' },
]
