import Catalog
import Foundation
import Testing

@Suite("Identity of recorded offers")
struct RecordedIdentityTests {
  @Test("Recorded offers meet across providers, and collisions are few", .enabled(if: Recorded.isPresent))
  func statistics() throws {
    var providersOfKey: [CanonicalKey: Set<ProviderSlug>] = [:]
    var collisions: [(provider: ProviderSlug, count: Int)] = []
    var count = 0
    for (provider, offers) in try Recorded.offers() {
      let identified = offers.map { ($0, ModelIdentity.of($0)) }
      for (_, identity) in identified { providersOfKey[identity.key, default: []].insert(provider) }
      collisions.append((provider, IdentityCollision.find(in: identified).count))
      count += offers.count
    }
    let shared = providersOfKey.values.filter { $0.count >= 2 }.count
    let wide = providersOfKey.values.filter { $0.count >= 5 }.count
    print("identity: \(count) offers, \(providersOfKey.count) keys, \(shared) at two providers, \(wide) at five")
    for (provider, count) in collisions where count > 0 { print("identity: \(provider) has \(count) collisions") }
    #expect(count > 1_500)
    #expect(providersOfKey.count < count * 2 / 3)
    #expect(shared > 250)
    #expect(wide > 60)
    #expect(collisions.allSatisfy { $0.count <= 10 })
  }

  @Test("A key is a name of its own: parsing its text gives it again", .enabled(if: Recorded.isPresent))
  func keysAreFixedPoints() throws {
    for (_, offers) in try Recorded.offers() {
      for offer in offers {
        let key = ModelIdentity.of(offer).key
        let neutral = try ProviderSlug("none")
        let again = ModelIdentity.parse(modelID: key.text, provider: neutral, ownedBy: nil, huggingFaceID: nil).key
        #expect(again == key, "\(offer.provider) \(offer.modelID)")
      }
    }
  }
}

/// The recorded lists of about one day that have an array of rows with ids.
private enum Recorded {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../../shared/data/recorded").standardizedFileURL

  static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

  /// Files of other days or of no single provider.
  private static let others: Set<String> = [
    "featherless", "gemini", "genai-prices", "litellm-cost-map-2025-09", "models-dev", "openrouter-2025-12-02",
    "venice",
    "vercel-ai-gateway-sdk", "github-models",
  ]

  static func offers() throws -> [(ProviderSlug, [Offer])] {
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return try files.sorted { $0.path < $1.path }.compactMap { file in
      let name = file.deletingPathExtension().lastPathComponent
      guard file.pathExtension == "json", !others.contains(name) else { return nil }
      let provider = try ProviderSlug(name == "openrouter-2025-09-09" ? "openrouter" : name)
      let body = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
      let rows = body as? [[String: Any]] ?? (body as? [String: Any])?["data"] as? [[String: Any]] ?? []
      try #require(!rows.isEmpty, "\(name) has no rows")
      return (provider, rows.compactMap { offer(of: $0, at: provider) })
    }
  }

  private static func offer(of row: [String: Any], at provider: ProviderSlug) -> Offer? {
    guard let id = row["id"] as? String else { return nil }
    var offer = Offer(provider: provider, modelID: id, source: "recorded", observedAt: 0)
    offer.ownedBy = row["owned_by"] as? String
    let repository = row["hugging_face_id"] as? String
    offer.huggingFaceID = repository?.isEmpty == true ? nil : repository
    offer.aliases = row["aliases"] as? [String] ?? []
    return offer
  }
}
