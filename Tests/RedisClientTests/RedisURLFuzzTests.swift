import TestSupport
import Testing

@testable import RedisClient

@Suite("The URL, damaged")
struct RedisURLFuzzTests {
  @Test("is refused without its password, or read", arguments: 0..<4 as Range<UInt64>)
  func damage(seed: UInt64) {
    let samples = [
      "redis://user:hunter2@cache.example:6380/3", "rediss://:hunter2@[::1]:6380", "unix:///run/redis/a%20b.sock",
      "redis-sentinel://user:hunter2@one:26379,two:26380/service/2",
    ]
    let words = ["@", ":", "/", "%", "%00", "[", "]", ",", "-1", "99999", "?", "#", "é", " "]
    var random = SplitMix64(seed: seed)
    var read = 0
    for _ in 0..<3_000 {
      let sample = samples.randomElement(using: &random) ?? ""
      let url = String(decoding: damaged(sample, with: words, &random), as: UTF8.self)
      do throws(RedisURLError) {
        let configuration = try RedisClient.Configuration(url: url)
        #expect(configuration.database >= 0)
        read += 1
      } catch {
        #expect(!error.description.contains("hunter2"))
      }
    }
    #expect(read > 50)
  }
}
