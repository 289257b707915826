import TestSupport
import Testing
import TieredCaching

@Suite("The tier in this process", .timeLimit(.minutes(1)))
struct SharedTierContractTests {
  @Test("It keeps what every shared tier promises", arguments: SharedTierContract.rules)
  func contract(_ rule: SharedTierContract.Rule) async throws {
    try await rule.check(InProcessTier(keepsEveryPart: true))
  }

  @Test("For a worker that is alone it keeps only what the database does not have")
  func alone() {
    let tier = InProcessTier(keepsEveryPart: false)
    let part = PartID("x")
    let plain = PartLabel(revision: Revision(1))
    let byHand = PartLabel(revision: Revision(1), override: "hand")
    tier.store([1], of: part, label: plain, lifetime: "life", timeToLive: .seconds(9))
    #expect(tier.parts([part: plain], lifetime: "life").isEmpty)
    tier.store([1], of: part, label: byHand, lifetime: "life", timeToLive: .seconds(9))
    #expect(tier.parts([part: byHand], lifetime: "life").count == 1)
  }
}
