"""Phones, keys and glasses: who may use the glasses, who opens their pictures, what each pair is called."""
