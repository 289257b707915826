import Catalog
import TestSupport
import Testing

/// What JSON says about an offer.
struct OfferPatchTests {
  @Test("null clears every member that an offer can be without, and no other", arguments: OfferMember.allCases)
  func null(member: OfferMember) throws {
    let patch = try OfferPatch(.object(JSONObject([(name: member.rawValue, value: .null)])))
    let before = try Offer.sampleWithEverything()
    if [.name, .status, .pricing].contains(member) {
      #expect(throws: OfferError.self) { try patch.applied(to: before) }
    } else {
      let after = try patch.applied(to: before)
      #expect(after != before)
      #expect(try after.loggedFields().first { $0.field == member.rawValue }?.value ?? "[]" == "[]")
    }
  }

  @Test("a patch has no member that says which offer it is or where it comes from")
  func unknownMembers() {
    for name in ["id", "provider", "variant", "source", "observed_at", "Name", ""] {
      #expect(throws: PatchError.unknownMember(name, known: OfferPatch.memberNames)) {
        try OfferPatch(.object(JSONObject([(name: name, value: .null)])))
      }
    }
    #expect(throws: PatchError.notAnObject("an array")) { try OfferPatch(.array([])) }
  }
}
