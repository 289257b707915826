import TestSupport
import Testing

@testable import Catalog

@Suite("Edit distance")
struct EditDistanceTests {
  @Test("Within the limit it is Levenshtein's distance, beyond it there is none", arguments: 0...3)
  func againstNaive(limit: Int) {
    var random = SplitMix64(seed: UInt64(limit) + 1)
    for _ in 0..<400 {
      let left = (0..<random.below(9)).map { _ in UInt8(random.below(3)) }
      var right = left
      for _ in 0..<random.below(5) { right.insert(UInt8(random.below(3)), at: random.below(right.count + 1)) }
      for _ in 0..<random.below(3) where !right.isEmpty { right.remove(at: random.below(right.count)) }
      let naive = naive(left[...], right[...])
      let found = left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { EditDistance.between(left, $0, limit: limit) }
      }
      #expect(found == (naive <= limit ? naive : nil), "\(left) \(right)")
    }
  }

  /// The definition, by recursion.
  private func naive(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    guard let first = left.first, let other = right.first else { return left.count + right.count }
    if first == other { return naive(left.dropFirst(), right.dropFirst()) }
    return 1
      + min(
        naive(left.dropFirst(), right), naive(left, right.dropFirst()), naive(left.dropFirst(), right.dropFirst()))
  }
}
