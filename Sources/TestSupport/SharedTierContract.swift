public import Testing
public import TieredCaching

/// What every ``SharedTier`` promises, as rules that any implementation can be tested against:
///
///     @Test(arguments: SharedTierContract.rules)
///     func contract(_ rule: SharedTierContract.Rule) async throws { try await rule.check(makeTier()) }
///
/// The tier must keep every part. Leases and times to live of a few tens of milliseconds end in real time.
public enum SharedTierContract {
  /// One promise.
  public struct Rule: Sendable, CustomTestStringConvertible {
    /// The promise in words.
    public let testDescription: String
    /// Checks it against an empty tier.
    public let check: @Sendable (any SharedTier) async throws -> Void

    init(_ testDescription: String, _ check: @escaping @Sendable (any SharedTier) async throws -> Void) {
      self.testDescription = testDescription
      self.check = check
    }
  }

  /// All promises.
  public static let rules = manifestRules + overrideRules + partRules + leaseRules + fleetRules

  static let x = PartID("x")
  static let y = PartID("y")

  static func manifest(
    _ x: Int64, _ y: Int64 = 1, lifetime: String = "life", floor: Int64? = nil
  ) -> Manifest {
    Manifest(
      lifetime: lifetime, revisions: [Self.x: Revision(x), Self.y: Revision(y)],
      floors: floor.map { [Self.x: Revision($0)] } ?? [:])
  }
}

extension SharedTier {
  /// What is there now.
  func look() async throws -> SharedCheck.Answer { try await check(nil, timeout: .seconds(5)).answer }

  /// The manifest that is there now.
  func sharedManifest() async throws -> SharedManifest {
    guard case .manifest(let manifest) = try await look() else { throw SharedTierContractFailure.noManifest }
    return manifest
  }

  /// Starts a manifest and fills it with a state of the database.
  func fill(with manifest: Manifest, nonce: String = "nonce") async throws {
    let known = try await begin(lifetime: manifest.lifetime, nonce: nonce)
    let isDone = try await complete(nonce: known, with: manifest, stamp: "\(nonce).filled")
    try #require(isDone)
  }
}

/// Why a rule cannot be checked.
enum SharedTierContractFailure: Error {
  case noManifest
}
