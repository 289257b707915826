import Catalog
import Foundation
import Testing

/// Two ids with a label: whether they name one model.
struct LabelledPair: Sendable, CustomTestStringConvertible {
  let isSame: Bool
  let first: (provider: ProviderSlug, id: String)
  let second: (provider: ProviderSlug, id: String)
  let evidence: String

  /// Reads a file of this folder with the columns label, provider, id, provider, id, evidence.
  static func read(_ file: String) throws -> [LabelledPair] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      try #require(columns.count == 6 && ["same", "different"].contains(columns[0]), "not a labelled pair: \(line)")
      return LabelledPair(
        isSame: columns[0] == "same", first: (try ProviderSlug(columns[1]), columns[2]),
        second: (try ProviderSlug(columns[3]), columns[4]), evidence: columns[5])
    }
  }

  var keys: (CanonicalKey, CanonicalKey) { (Self.key(first), Self.key(second)) }

  private static func key(_ offer: (provider: ProviderSlug, id: String)) -> CanonicalKey {
    ModelIdentity.parse(modelID: offer.id, provider: offer.provider, ownedBy: nil, huggingFaceID: nil).key
  }

  var testDescription: String {
    "\(first.provider) \(first.id) and \(second.provider) \(second.id): \(isSame ? "same" : "different") (\(evidence))"
  }
}
