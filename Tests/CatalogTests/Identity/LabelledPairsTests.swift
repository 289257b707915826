import Catalog
import Testing

@Suite("Identity against labelled pairs")
struct LabelledPairsTests {
  @Test("Every hard pair is told right", arguments: try LabelledPair.read("hard-pairs.tsv"))
  func hardPair(pair: LabelledPair) {
    let (first, second) = pair.keys
    #expect((first == second) == pair.isSame, "keys \(first) and \(second)")
  }

  @Test("At least 99 of 100 merges are right and 95 of 100 same models are found, from ids alone")
  func precisionAndRecall() throws {
    let pairs = try LabelledPair.read("labelled-pairs.tsv")
    #expect(pairs.count >= 300)
    let same = pairs.filter(\.isSame)
    let merged = pairs.filter { $0.keys.0 == $0.keys.1 }
    let right = merged.filter(\.isSame)
    for pair in pairs where (pair.keys.0 == pair.keys.1) != pair.isSame {
      print("wrong: \(pair.testDescription): \(pair.keys.0) and \(pair.keys.1)")
    }
    let precision = Double(right.count) / Double(merged.count)
    let recall = Double(right.count) / Double(same.count)
    print("identity: \(pairs.count) pairs, \(same.count) same; precision \(precision), recall \(recall)")
    #expect(precision >= 0.99)
    #expect(recall >= 0.95)
  }
}
