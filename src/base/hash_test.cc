// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include <gtest/gtest.h>

namespace yk {
namespace {

/// The digest as it is defined: each field after its length, eight bytes in the machine's order.
Digest Defined(const std::vector<std::string>& fields) {
  std::string bytes;
  for (const auto& field : fields) {
    const uint64_t size = field.size();
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size).append(field);
  }
  return Sha256(bytes);
}

Digest Hashed(const std::vector<std::string>& fields) {
  Hasher hasher;
  for (const auto& field : fields) hasher.Field(field);
  return hasher.Finish();
}

TEST(Hasher, TakesFieldsOfEverySizeAsTheyAreDefined) {
  for (const size_t size : {0, 1, 63, 64, 4087, 4088, 4089, 4095, 4096, 4097, 10'000, 100'000}) {
    const std::vector<std::string> fields = {"first", std::string(size, 'x'), "", std::string(size / 2, 'y'), "last"};
    EXPECT_EQ(ToHex(Hashed(fields)), ToHex(Defined(fields))) << size;
  }
  EXPECT_EQ(ToHex(Hashed({})), ToHex(Sha256("")));
}

TEST(Hasher, TellsWhereAFieldEnds) { EXPECT_NE(ToHex(Hashed({"ab", "c"})), ToHex(Hashed({"a", "bc"}))); }

}  // namespace
}  // namespace yk
