/// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/): the same on every machine and run, unlike `Hasher`.
///
/// It names states and contents in headers; it is no protection against somebody who looks for two with the same name.
package struct FNV1a {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The digest of nothing.
  package init() {}

  /// Adds bytes.
  package mutating func combine(_ bytes: some Sequence<UInt8>) {
    // Callers in other modules run this unspecialised, where every step of a generic iterator is a call or more.
    if bytes.withContiguousStorageIfAvailable({ combine(contiguous: $0) }) != nil { return }
    for byte in bytes { combine(byte) }
  }

  private mutating func combine(contiguous bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes { combine(byte) }
  }

  private mutating func combine(_ byte: UInt8) {
    state ^= UInt64(byte)
    state &*= 0x100_0000_01b3
  }

  /// Adds a text and a byte that UTF-8 never contains, so that no two lists of texts run together.
  package mutating func combine(closing text: String) {
    combine(text.utf8)
    combine(CollectionOfOne(0xFF))
  }

  /// The digest as 16 hexadecimal digits.
  package var hexadecimal: String {
    let text = String(state, radix: 16)
    return String(repeating: "0", count: 16 - text.utf8.count) + text
  }

  /// The digest of some bytes as 16 hexadecimal digits.
  package static func hexadecimal(of bytes: some Sequence<UInt8>) -> String {
    var digest = FNV1a()
    digest.combine(bytes)
    return digest.hexadecimal
  }
}
