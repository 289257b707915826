/// A text with up to three small changes: bytes that are flipped, removed, doubled, cut off, or that came from a word that means
/// something to the parser. The same for the same state of `random`.
///
/// - Parameters:
///   - text: a text that the parser under test understands.
///   - words: what is put in here and there.
/// - Returns: the bytes, which may be no UTF-8.
public func damaged(_ text: String, with words: [String], _ random: inout SplitMix64) -> [UInt8] {
  var bytes = Array(text.utf8)
  for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
    let place = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
    case 3 where Int.random(in: 0..<4, using: &random) == 0: bytes.removeSubrange(place...)
    default: bytes.insert(contentsOf: Array((words.randomElement(using: &random) ?? "").utf8), at: place)
    }
  }
  return bytes
}
