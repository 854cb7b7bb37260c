export default function P() {
  return <p>hello</p>;
}
