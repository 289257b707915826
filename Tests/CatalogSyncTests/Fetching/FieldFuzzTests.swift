import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import CatalogSync

/// What providers and operators write, with damage.
@Suite("Damaged fields and settings")
struct FieldFuzzTests {
  private static func text(_ sample: String, _ words: [String], _ random: inout SplitMix64) -> String {
    String(decoding: damaged(sample, with: words, &random), as: UTF8.self)
  }

  @Test("A Link field gives a part of itself or nothing", arguments: 0..<4 as Range<UInt64>)
  func link(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var found = 0
    for _ in 0..<3_000 {
      let field = Self.text(
        #"<https://a.example/v1?page=2>; rel="next", <https://a.example/v1>; rel=prev"#,
        ["<", ">", ";", ",", "rel=next", "\"", " "], &random)
      guard let next = LinkField.next(in: [field]) else { continue }
      #expect(field.contains("<\(next)>"), "\(field)")
      found += 1
    }
    #expect(found > 100)
  }

  @Test("A Retry-After field asks for at most a day", arguments: 0..<4 as Range<UInt64>)
  func retryAfter(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let now = Date(timeIntervalSince1970: 1_750_000_000)
    var found = 0
    for _ in 0..<400 {
      let sample = Bool.random(using: &random) ? "120" : "Wed, 21 Oct 2026 07:28:00 GMT"
      let field = Self.text(sample, ["9", "-", "+", " ", "99999999999999999999", ":", "GMT"], &random)
      guard let delay = RetryAfter.delay(["Retry-After": field], now: now) else { continue }
      #expect(delay >= .zero && delay <= .seconds(86_400), "\(field)")
      found += 1
    }
    #expect(found > 20)
  }

  @Test("A file of providers is refused in few words, or names only safe addresses", arguments: 0..<4 as Range<UInt64>)
  func configuration(seed: UInt64) {
    let sample = #"""
      [{"slug":"acme","url":"https://api.acme.example:8443/v1/models","name":"Acme","site_url":"https://acme.example",
      "format":"openai","authentication":"bearer","key_variable":"ACME_KEY","minimum_offers":5}]
      """#
    var random = SplitMix64(seed: seed)
    var taken = 0
    for _ in 0..<1_500 {
      let bytes = damaged(
        sample, with: ["\"", "{", "}", "null", "http:", "//", "@", "\\u0000", "-1", "{ACME_KEY}", "é"], &random)
      do throws(ProviderConfigurationError) {
        for adapter in try ProviderConfiguration.read(bytes) {
          #expect(["https", "http"].contains(adapter.url.lowercased().prefix { $0 != ":" }), "\(adapter.url)")
        }
        taken += 1
      } catch {
        #expect(error.description.utf8.count < 2_000)
      }
    }
    #expect(taken > 10)
  }

  @Test("Addresses and secrets of webhooks are refused without being repeated", arguments: 0..<4 as Range<UInt64>)
  func webhooks(seed: UInt64) {
    let words = [",", "@", "#", "http://", "https://", ":", "%", " ", "é", "whsec_", "="]
    var random = SplitMix64(seed: seed)
    for _ in 0..<1_500 {
      let addresses = Self.text("https://hooks.example.com/private-token,https://b.example:8443/x", words, &random)
      do throws(WebhookSettingError) {
        #expect(try WebhookReceiver.list(addresses).count <= WebhookReceiver.maximumCount)
      } catch {
        #expect(!error.description.contains("private-token"))
      }
      let secret = Self.text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", words, &random)
      do throws(WebhookSettingError) {
        _ = try WebhookSecret(secret)
      } catch {
        #expect(!error.description.contains("MfKQ9r8G"))
      }
    }
  }
}
